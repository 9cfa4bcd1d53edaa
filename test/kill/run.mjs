// `npm run test:kill`, or `npm run test:kill -- --long`.
import { runSuite } from '../support/run-suite.mjs';

await runSuite(import.meta.dirname);
