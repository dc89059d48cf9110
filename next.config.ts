import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // src/server/http, in front of it, does that.
  compress: false,
  typedRoutes: true,
  // Set for the image: a server with the files it needs and no others.
  ...(process.env.STANDALONE ? { output: 'standalone' as const } : {}),
  // `npm run check` does this, without building.
  typescript: { ignoreBuildErrors: true },
  // A lock file in a folder above must not make that the project.
  turbopack: { root: import.meta.dirname },
  experimental:
    process.env.NODE_ENV === 'production'
      ? {
          // It is built once a version: these take nine tenths of a build's disk and a quarter of its time.
          turbopackFileSystemCacheForBuild: false,
          turbopackSourceMaps: false,
          // esbuild does it in a tenth of the time, behind the build (scripts/runtime/web.ts).
          turbopackMinify: false,
        }
      : {},
};

export default config;
