import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.ts';

export default defineConfig({
  define: { KINSPECT_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/corpus/**/*.test.ts'],
    env: { FORCE_COLOR: '1', NODE_ENV: 'production' },
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
    reporters,
  },
});
