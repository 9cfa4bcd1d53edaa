// `npm run test:faults`, or `npm run test:faults -- --long`.
import { runSuite } from '../support/run-suite.mjs';

await runSuite(import.meta.dirname);
