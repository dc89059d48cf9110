import type { NextConfig } from 'next';

const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const config: NextConfig = {
  poweredByHeader: false,
  // Who is on this machine gains nothing by it, and for others a proxy stands in front.
  compress: false,
  typedRoutes: true,
  // Set for the image: a server with the files it needs and no others.
  ...(process.env.STANDALONE ? { output: 'standalone' as const } : {}),
  // `npm run check` does this, without building.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', 'pg-copy-streams', 'postgres', 'read-excel-file'],
  // A lock file in a folder above must not make that the project.
  turbopack: { root: import.meta.dirname },
  async headers() {
    const headers = Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value }));
    return [{ source: '/:path*', headers }];
  },
};

export default config;
