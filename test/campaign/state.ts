/** What a campaign remembers between runs: where it stopped, and what it found. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Finding {
  readonly index: number;
  readonly kind: 'crash' | 'hang' | 'memory' | 'complaint';
  readonly command: string;
  readonly problem: string;
  /** What was done to which input. */
  readonly words: string;
}

export interface CampaignState {
  readonly seed: number;
  /** Of the code that is tested: another build begins anew. */
  readonly build: string;
  /** All indexes below it are done. */
  readonly next: number;
  /** Seconds that it has run. */
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

export function loadState(path: string, seed: number, build: string): CampaignState {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as CampaignState;
    if (state.seed === seed && state.build === build) return state;
    console.log('campaign: another build has run this seed; it begins anew');
  } catch {
    // The first run of this seed.
  }
  return { seed, build, next: 0, seconds: 0, findings: [] };
}

export function saveState(path: string, state: CampaignState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(state, undefined, 1)}\n`);
  renameSync(`${path}.new`, path);
}
