/** Files for one test, gone after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of this test's own. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kinspect-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A file with these bytes. @returns its path */
export function tempFile(bytes: Uint8Array, name = 'vmlinux'): string {
  const path = join(tempDirectory(), name);
  writeFileSync(path, bytes);
  return path;
}
