/**
 * One sentence on the focus, from symbols, bytes and BTF alone. What pahole really decided is the replay's to say; a
 * sentence that reasons about it says that it is inferred.
 */
import { STB, STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import type { Links } from '../kernel/links.ts';
import type { Session } from './session.ts';

export interface Diagnosis {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

export function diagnose(session: Session, links: Links): Diagnosis {
  const { kernel, linker } = session;
  if (links.focus.kind === 'module' && links.symbol.state === 'missing') {
    return { text: links.symbol.reason, tone: 'plain' };
  }
  if (links.func.state === 'linked') return { text: linker.prototypeOf(links.func.key), tone: 'good' };
  if (kernel.btf.state !== 'ready') return { text: kernel.btf.reason, tone: 'bad' };
  if (links.symbol.state !== 'linked') return { text: links.symbol.reason, tone: 'plain' };
  const table = readyValue(kernel.symbols)?.table;
  const row = links.symbol.key;
  if (table?.type(row) !== STT.FUNC) return { text: 'not a function: BTF has no FUNC record for it', tone: 'plain' };
  const region = readyValue(kernel.mcount);
  const isStatic = table.binding(row) === STB.LOCAL;
  const clone = /\.(isra|constprop|part|cold|llvm|lto_priv)(\.|$)/.exec(links.name);
  if (clone !== null)
    return {
      text: `no FUNC record: a compiler's clone (${clone[0]}), which has no declaration of its own`,
      tone: 'plain',
    };
  if (region !== undefined && links.slot.state === 'linked' && isStatic && region.rawZero === region.count) {
    const text =
      'static, and the mcount region is all zero in the file: pahole before 1.22 takes no function for traceable and keeps external ones only (inferred)';
    return { text, tone: 'bad' };
  }
  if (links.slot.state !== 'linked') return { text: `no FUNC record; ${links.slot.reason}`, tone: 'bad' };
  return {
    text: `${isStatic ? 'static' : 'external'} and traceable, yet no FUNC record: the encoder left it out`,
    tone: 'bad',
  };
}
