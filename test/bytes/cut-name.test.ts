import { expect, test } from 'vitest';
import { cutName, cutPart } from '../../src/bytes/cut-name.ts';
import { answerToJson, rowToJson } from '../../src/format/json.ts';
import { printText } from '../../src/format/listing.ts';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

test('a name is cut behind 4,096 bytes, not inside a character, and says what is left out', () => {
  const name = 'a'.repeat(4096);
  expect(cutName(name)).toBe(name);
  expect(cutName(`${name}bc`)).toBe(`${name}... (2 more bytes)`);
  expect(cutName(latin1(`${'a'.repeat(4094)}€b`))).toBe(`${'a'.repeat(4094)}... (4 more bytes)`);
  expect(cutPart(name)).toBe(`${'a'.repeat(1024)}... (3072 more bytes)`);
});

test('rows have names cut, and an answer about one function has it whole', () => {
  const name = 'é'.repeat(5000);
  const cut = `${'é'.repeat(2048)}... (5904 more bytes)`;
  const row = { name: latin1(name), members: [{ name: latin1(name) }] };
  expect(JSON.parse(rowToJson(row))).toEqual({
    name: cut,
    members: [{ name: `${'é'.repeat(512)}... (8976 more bytes)` }],
  });
  expect(JSON.parse(answerToJson(row))).toEqual({ name, members: [{ name }] });
  const columns = [{ title: 'name', cell: () => latin1(name) }];
  expect([...printText({ what: 'names', count: 1, columns, row: () => row })].join('')).toBe(`name\n${cut}\n`);
});

test('a row of 65,535 long names is no longer than a string can be', () => {
  const members = Array.from({ length: 65_535 }, () => ({ name: '\x01'.repeat(9000) }));
  expect(rowToJson({ name: 'a', members }).length).toBeGreaterThan(65_535 * 1024 * 6);
});
