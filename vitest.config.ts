import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.ts';

export default defineConfig({
  define: { KINSPECT_VERSION: '"0.0.0-test"' },
  // React is the production one, which has no jsxDEV.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/corpus/**'],
    env: { FORCE_COLOR: '1', NODE_ENV: 'production' },
    // They end only what would never end: each wait in a test has a shorter limit, and says what it waited for.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters,
  },
});
