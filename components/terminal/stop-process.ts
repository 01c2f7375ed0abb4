/**
 * Stop as Ctrl-Z stops a program in cooked mode, and go on when the shell says so (fg).
 *
 * The signal goes to the whole process group, as the kernel's line discipline sends it: under `npm start` the shell
 * waits for npm, and in `cat vmlinux | kinspect -` for cat too. It is SIGTSTP with its default action, and not SIGSTOP,
 * because the kernel ignores SIGTSTP where nobody could ever continue the program (the only program of a terminal
 * window or a container). That is why we go on after a moment even without SIGCONT: if we did stop, the moment passed
 * while we were stopped.
 */

const MOMENT = 100;

/** Resolves once the process runs again. There must be no SIGTSTP listener, or nothing stops. */
export async function stopProcess(whom: 'group' | 'self'): Promise<void> {
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', goOn);
      resolve();
    };
    process.on('SIGCONT', goOn);
    process.kill(whom === 'group' ? 0 : process.pid, 'SIGTSTP');
    const timer = setTimeout(goOn, MOMENT);
  });
}
