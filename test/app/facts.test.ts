/** The facts screen: it opens at once, and is filled when the facts are read. */
import { expect, test } from 'vitest';
import { startFacts } from '../../src/app/facts-session.ts';
import { createStore } from '../../src/app/store.ts';
import { textLines } from '../../src/app/text-screens.ts';
import { eventually } from '../helpers/patience.ts';
import { deskOf } from './kernels.ts';

const storeOf = () => createStore(deskOf('sample').session, 80, 24);
const textOf = (store: ReturnType<typeof storeOf>): string =>
  textLines(store.getState())
    .map((line) => line.map(({ text }) => text).join(' '))
    .join('\n');

test('says that it is reading, and then what it has read and where', async () => {
  const store = storeOf();
  const stop = startFacts(store);
  store.dispatch({ type: 'show', screen: 'facts' });
  expect(textOf(store)).toBe(' reading the facts');
  await eventually(() => expect(textOf(store)).toContain('linux_banner'));
  expect(textOf(store)).toMatch(/machine\s+aarch64, ELF64/);
  expect(textOf(store)).toMatch(/linux_banner at file offset 0x[0-9a-f]+/);
  stop();
});

test('reads them once, and not after the end', async () => {
  const store = storeOf();
  const stop = startFacts(store);
  store.dispatch({ type: 'show', screen: 'facts' });
  stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(store.getState().facts).toBeUndefined();
  const again = startFacts(store);
  store.dispatch({ type: 'move-to', end: 'last' });
  await eventually(() => expect(store.getState().facts).toBeDefined());
  const { facts } = store.getState();
  store.dispatch({ type: 'show', screen: 'browse' });
  store.dispatch({ type: 'show', screen: 'facts' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(store.getState().facts).toBe(facts);
  again();
});
