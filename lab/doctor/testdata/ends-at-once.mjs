// Ends right after it was started.
console.error('quorum.conf: no such file');
process.exit(3);
