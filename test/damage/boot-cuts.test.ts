/** Packed images cut off at every length: the rows of boot-cases.ts in between. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cli } from '../cli/collect.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { gzipCut, wholeZboot, zbootCut } from './boot-cases.ts';

async function wordsOf(bytes: Uint8Array): Promise<string> {
  const file = tempFile(bytes);
  const { code, err, out } = await cli([file]);
  expect({ code, out }).toEqual({ code: 3, out: '' });
  return err.replaceAll(file, 'FILE');
}

test('gzip data that is shorter than its header and trailer', async () => {
  const whole = gzipSync(Buffer.alloc(64));
  for (let length = 0; length < 18; length++) {
    expect(await wordsOf(whole.subarray(0, length))).toBe(`${gzipCut(length)}\n`);
  }
});

test('an EFI zboot image', async () => {
  const whole = wholeZboot();
  for (let length = 0; length < whole.length; length++) {
    expect(await wordsOf(whole.subarray(0, length))).toBe(`${zbootCut(whole, length)}\n`);
  }
});
