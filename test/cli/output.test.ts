import { describe, expect, it } from 'vitest';
import { fdOutput } from '../../src/cli/fd-output.ts';
import { OutputClosed, OutputFailed } from '../../src/cli/io.ts';
import { cli, samplePath } from './collect.ts';

const failing = (code: string) => Object.assign(new Error(code), { code });

/** A write(2) that does what `plan` says, one answer a call: take so many bytes, or fail. */
function planned(plan: readonly (number | string)[]) {
  const written: number[] = [];
  const left = [...plan];
  const out = fdOutput((bytes, offset, length) => {
    const next = left.shift() ?? length;
    if (typeof next === 'string') throw failing(next);
    const taken = Math.min(next, length);
    written.push(...bytes.subarray(offset, offset + taken));
    return taken;
  });
  return { out, text: () => Buffer.from(written).toString('utf8') };
}

describe('fdOutput', () => {
  it('writes all of a chunk before it returns', () => {
    const { out, text } = planned([1, 2, 'EINTR', 3]);
    expect(out('grün und blau')).toBeUndefined();
    expect(out(Buffer.from('!'))).toBeUndefined();
    expect(text()).toBe('grün und blau!');
  });

  it('waits where a non-blocking pipe is full, and keeps the order', async () => {
    const { out, text } = planned([2, 'EAGAIN', 'EAGAIN', 1, 'EAGAIN']);
    const wait = out('abcdef');
    expect(wait).toBeInstanceOf(Promise);
    await wait;
    expect(text()).toBe('abcdef');
  });

  it('tells a closed pipe from a failure', async () => {
    expect(() => planned(['EPIPE']).out('x')).toThrow(OutputClosed);
    expect(() => planned(['ENOSPC']).out('x')).toThrow(new OutputFailed('no space is left on the device'));
    expect(() => planned(['ESTALE']).out('x')).toThrow(new OutputFailed('the system reports ESTALE'));
    await expect(planned(['EAGAIN', 'EPIPE']).out('x')).rejects.toThrow(OutputClosed);
  });
});

describe('the program', () => {
  it('ends quietly when nobody reads any more', async () => {
    for (const argv of [
      ['--help'],
      [samplePath],
      ['dump', samplePath, 'symbols'],
      ['dump', samplePath, 'btf', '--format', 'bpftool'],
    ]) {
      const answer = await cli(argv, {
        out: () => {
          throw new OutputClosed();
        },
      });
      expect(answer).toMatchObject({ code: 0, err: '' });
    }
  });

  it('says in one sentence that its output cannot be written', async () => {
    const answer = await cli(['dump', samplePath, 'relocs'], {
      out: () => Promise.reject(new OutputFailed('no space is left on the device')),
    });
    expect(answer).toMatchObject({ code: 1, err: 'kinspect: standard output: no space is left on the device\n' });
  });

  it('makes a chunk only when the one before is written', async () => {
    let open = 0;
    let most = 0;
    let chunks = 0;
    await cli(['dump', samplePath, 'relocs', '--format', 'ndjson'], {
      out: async () => {
        open++;
        chunks++;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
      },
    });
    expect(chunks).toBeGreaterThan(1);
    expect(most).toBe(1);
  });
});
