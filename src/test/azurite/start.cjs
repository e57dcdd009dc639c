'use strict';

// Runs Azurite as the child of a JVM that holds this process's standard input. The input ends when the JVM does,
// however it ends, and Azurite then saves and stops as it does for SIGTERM. Ctrl-C in a terminal reaches the whole
// process group: it is ignored here, so that storage is still there while the JVM shuts down in order.
const once = process.once.bind(process);
process.once = (event, listener) => (event === 'SIGINT' ? process : once(event, listener));
process.on('SIGINT', () => {});
process.stdin.resume();
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));

process.argv[1] = require.resolve('azurite/dist/src/azurite.js');
require('azurite/dist/src/azurite.js');
