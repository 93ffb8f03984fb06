import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { packedFiles } from './packed-files.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What browsers load of the console. Pages come one by one, and addresses are relative: it works below any path. */
export default defineConfig({
  root: at('console'),
  base: './',
  publicDir: false,
  plugins: [packedFiles()],
  logLevel: 'warn',
  // Its package names only the build for developers.
  resolve: { alias: { 'react-router': at('../node_modules/react-router/dist/production/index.mjs') } },
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: {
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    // Style sheets of lazily loaded pages would need their addresses; there is one for all.
    cssCodeSplit: false,
    outDir: at('dist/console'),
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 1_200,
    rollupOptions: {
      input: at('console/main.tsx'),
      // "use client" of the libraries means nothing where everything runs in the browser.
      onwarn: (warning, tell) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') tell(warning)
      },
    },
  },
})
