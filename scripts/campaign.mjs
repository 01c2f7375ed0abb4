// npm run campaign: bundle test/campaign with the program's own sources, and run it.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleCampaign } from '../test/campaign/bundle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, '.campaign');
mkdirSync(out, { recursive: true });
cpSync(join(root, 'dist'), join(out, 'dist'), { recursive: true });
const script = join(out, 'campaign.mjs');
await bundleCampaign(script, root);
process.argv[1] = script;
await import(pathToFileURL(script).href);
