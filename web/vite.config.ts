import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** `vite build` makes what browsers load, `vite build --ssr` what the gateway renders pages with. */
export default defineConfig(({ isSsrBuild }) => ({
  root: at('site'),
  publicDir: false,
  logLevel: 'warn',
  // React asks for it while it runs; without it the server would render with the slow build for developers.
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  ssr: { noExternal: true },
  build: {
    emptyOutDir: true,
    target: isSsrBuild ? 'node20' : 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    outDir: at(isSsrBuild ? 'dist/site/server' : 'dist/site/client'),
    manifest: isSsrBuild ? false : 'manifest.json',
    rollupOptions: { input: at(isSsrBuild ? 'site/render.tsx' : 'site/enhance.ts') },
  },
}))
