// `npm run test:refresh`, or `npm run test:refresh -- --long`.
import { runSuite } from '../support/run-suite.mjs';

await runSuite(import.meta.dirname);
