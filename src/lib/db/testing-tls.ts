import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../postgres/cluster';
import { postgresOwner } from '../postgres/unprivileged';

/** The name that the server's certificate is made out to. */
export const TLS_HOST = 'db.example';

/** A PostgreSQL that lets nobody in without TLS, with a certificate by a CA of its own. */
export async function startTlsServer(password: string) {
  const folder = mkdtempSync(join(tmpdir(), 'candle-annotator-tls-'));
  const dataDir = join(folder, 'data');
  const owner = postgresOwner(dataDir);
  const at = (name: string) => join(folder, name);
  makeCertificates(at);
  writeFileSync(at('hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  if (owner) {
    for (const path of [folder, at('server.crt'), at('server.key'), at('hba.conf')]) {
      chownSync(path, owner.uid, owner.gid);
    }
  }
  const cluster = await startCluster({
    dataDir,
    logFile: at('log'),
    password,
    settings: {
      fsync: 'off',
      ssl: 'on',
      ssl_cert_file: at('server.crt'),
      ssl_key_file: at('server.key'),
      hba_file: at('hba.conf'),
    },
  });
  return {
    port: cluster.port,
    rootCertificate: at('ca.crt'),
    /** A CA that had no part in it. */
    otherCertificate: at('other.crt'),
    folder,
    async stop() {
      await cluster.stop('immediate');
      await rm(folder, { recursive: true });
    },
  };
}

function makeCertificates(at: (name: string) => string) {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)],
    );
  authority('ca');
  authority('other');
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${TLS_HOST}`],
    ...['-keyout', at('server.key'), '-out', at('server.csr')],
  );
  writeFileSync(at('names'), `subjectAltName=DNS:${TLS_HOST}\n`);
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-days', '2', '-extfile', at('names')],
    ...['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-out', at('server.crt')],
  );
}
