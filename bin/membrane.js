#!/usr/bin/env node
'use strict';
const { main } = require('../dist/load.cjs').load();

void main(process.argv.slice(2)).then((exit) => {
  process.exitCode = exit;
});
