/** Loaded into each node before anything else, it leaks 1 MB of memory a second: to see the soak fail. */
const kept: Buffer[] = [];
setInterval(() => kept.push(Buffer.alloc(1_000_000, 1)), 1_000).unref();
