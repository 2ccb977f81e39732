import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compressAssets } from './compress-assets.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The policy of the server allows no inline script, and no image it did not serve itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8400' } },
  test: {
    root: import.meta.dirname,
    environment: 'jsdom',
    // Files are kept apart, as by the usual pool, but jsdom is loaded once and not for each: a third of the processor time.
    pool: 'vmThreads',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    css: false,
    testTimeout: 20_000,
  },
})
