import { parentPort, workerData } from 'node:worker_threads';
import { parseYaml } from './yaml.js';

/** Runs in a thread of its own: gives the value of each text, or undefined where it has a problem to be told. */
const values = (workerData as readonly string[]).map((text) => parseYaml(text, '').value);
parentPort?.postMessage(values);
