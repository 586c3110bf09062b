/** A worker that answers, breaks down, or falls silent, as the task's kind says. */
process.on('disconnect', () => process.exit(0));
process.on('message', (task) => {
  if (task === 'stop') process.send({ kind: 'stopped' });
  else if (task.kind === 'prepare') process.exit(7);
  else if (task.kind === 'contract') process.send({ kind: 'failed', message: `pid ${process.pid}` });
});
