/**
 * What work costs, where a test tells seconds from minutes: the time for which this process has computed, and not that on the
 * clock, in which others compute too.
 */

/** ms of all threads of this process, those of the engine too. */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
