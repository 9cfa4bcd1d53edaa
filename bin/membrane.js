#!/usr/bin/env node
import { load } from '../dist/load.js';

const { main } = load();
process.exitCode = await main(process.argv.slice(2));
