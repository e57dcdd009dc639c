'use strict';

// Usage: node start.cjs <folder with Azurite's node_modules> <Azurite's own options>
//
// Runs Azurite as the child of a JVM that holds this process's standard input. The input ends when the JVM does,
// however it ends, and Azurite then saves and stops as it does for SIGTERM. Ctrl-C in a terminal reaches the whole
// process group: it is ignored here, so that storage is still there while the JVM shuts down in order.
const once = process.once.bind(process);
process.once = (event, listener) => (event === 'SIGINT' ? process : once(event, listener));
process.on('SIGINT', () => {});

// Azurite takes the first SIGTERM; a second one, while it saves, must not kill it. Before it listens there is nothing
// to save.
let stopping = false;
process.on('SIGTERM', () => {
  if (!stopping && process.listenerCount('SIGTERM') === 1) {
    process.exit(0);
  }
  stopping = true;
});
process.stdin.resume();
process.stdin.unref?.();
process.stdin.on('end', () => stopping || process.kill(process.pid, 'SIGTERM'));

const [home] = process.argv.splice(2, 1);
process.argv[1] = require.resolve('azurite/dist/src/azurite.js', { paths: [home] });
require(process.argv[1]);
