/**
 * Two ways to see that a process and its children make a socket, connect, ask for an address or start a program. strace
 * sees the system calls; where ptrace is refused (containers, yama), a library that is loaded before libc sees the calls
 * to libc, which is all that Node makes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Watcher {
  readonly name: string;
  /** Why it cannot watch here; undefined where it can. */
  readonly absent: string | undefined;
  /** A command line that is `argv`, watched, and what has to be added to its environment. */
  command(argv: readonly string[]): {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** The calls since the last time, a line each. The start of the program itself is none. */
  seen(): string[];
  dispose(): void;
}

export function straceWatcher(): Watcher {
  const folder = mkdtempSync(join(tmpdir(), 'kinspect-strace-'));
  const log = join(folder, 'log');
  const options = ['-f', '-qq', '-e', 'trace=%network,execve,execveat', '-e', 'signal=none', '-o', log];
  const tried = spawnSync('strace', [...options, 'true']);
  return {
    name: 'strace',
    absent:
      tried.error !== undefined
        ? 'strace is not installed'
        : tried.status !== 0
          ? `strace cannot trace here: ${tried.stderr.toString().trim().split('\n')[0]}`
          : undefined,
    command: (argv) => ({ argv: ['strace', ...options, ...argv], env: {} }),
    seen() {
      // Node asks what kind its descriptors are (getsockname, getsockopt), and pairs of sockets have no address. The first
      // line is how strace starts the program.
      const calls = /\b(?:socket|connect|bind|listen|sendto|sendmsg|sendmmsg|execve|execveat)\(/;
      const lines = readFileSync(log, 'utf8').split('\n').slice(1);
      return lines.filter((line) => calls.test(line));
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const library = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void saw(const char *what) {
  const char *path = getenv("TEST_REACH_LOG");
  int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  char line[64];
  if (fd < 0) return;
  int n = snprintf(line, sizeof line, "%s\\n", what);
  if (write(fd, line, n) != n) abort();
  close(fd);
}
#define WATCH(ret, name, params, args) \\
  ret name params { \\
    static ret (*real) params; \\
    saw(#name); \\
    if (!real) real = (ret (*) params)dlsym(RTLD_NEXT, #name); \\
    return real args; \\
  }
WATCH(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WATCH(int, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
WATCH(int, bind, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
WATCH(int, getaddrinfo,
  (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **to), (node, service, hints, to))
WATCH(int, execve, (const char *path, char *const argv[], char *const env[]), (path, argv, env))
WATCH(int, execv, (const char *path, char *const argv[]), (path, argv))
WATCH(int, execvp, (const char *path, char *const argv[]), (path, argv))
WATCH(int, execvpe, (const char *path, char *const argv[], char *const env[]), (path, argv, env))
WATCH(int, posix_spawn,
  (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
   char *const argv[], char *const env[]), (pid, path, actions, attributes, argv, env))
WATCH(int, posix_spawnp,
  (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
   char *const argv[], char *const env[]), (pid, path, actions, attributes, argv, env))
`;

export function libraryWatcher(): Watcher {
  const folder = mkdtempSync(join(tmpdir(), 'kinspect-preload-'));
  const [source, built, log] = ['reach.c', 'reach.so', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (compiler !== undefined && process.platform === 'linux') {
    writeFileSync(source, library);
    execFileSync(compiler, ['-shared', '-fPIC', '-o', built, source, '-ldl']);
  }
  return {
    name: 'a library before libc',
    absent:
      process.platform !== 'linux' ? 'not Linux' : compiler === undefined ? 'no C compiler is installed' : undefined,
    command(argv) {
      writeFileSync(log, '');
      return { argv, env: { LD_PRELOAD: built, TEST_REACH_LOG: log } };
    },
    seen: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
