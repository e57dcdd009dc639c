'use strict';

// Usage: node start.cjs <folder with oidc-provider's node_modules> <options as JSON>
//
// options: pfx and password (server certificate), client (id, secret, redirectUri), person (tenantId, userId, name,
// username).
//
// An OpenID provider of others, under the addresses and with the claims of Entra, for one tenant, one client and one
// person. Listens on a free loopback port, which is the one line that it prints, until its standard input ends.
const crypto = require('node:crypto');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const url = require('node:url');

const [home, json] = process.argv.slice(2);
const { pfx, password, client, person } = JSON.parse(json);
const tenant = `/${person.tenantId}`;
const domain = person.username.split('@')[1];
const discovery = '/v2.0/.well-known/openid-configuration';

process.on('SIGINT', () => {});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

function signingKey() {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: crypto.randomUUID(), use: 'sig', alg: 'RS256' };
}

const claims = {
  sub: crypto.createHash('sha256').update(person.userId).digest('base64url'), // of our client alone, as Entra's is
  tid: person.tenantId,
  oid: person.userId,
  ver: '2.0',
  name: person.name,
  preferred_username: person.username,
};

const configuration = {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [client.redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  routes: {
    authorization: `${tenant}/oauth2/v2.0/authorize`,
    token: `${tenant}/oauth2/v2.0/token`,
    jwks: `${tenant}/discovery/v2.0/keys`,
  },
  jwks: { keys: [signingKey()] },
  cookies: { keys: [crypto.randomUUID()] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  claims: { openid: ['sub', 'tid', 'oid', 'ver'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false, // Entra's claims are in the ID token; there is no other place where we look
  findAccount: (ctx, accountId) => ({ accountId, claims: () => claims }),
  interactions: { url: (ctx, interaction) => `${tenant}/login/${interaction.uid}` },
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
};

const form = '<!doctype html><title>Sign in</title><form method="post"><button>Sign in</button></form>';

async function main() {
  const modules = path.join(home, 'node_modules', 'oidc-provider', 'lib', 'index.js');
  const { default: Provider } = await import(url.pathToFileURL(modules).href);
  const server = https.createServer({ pfx: fs.readFileSync(pfx), passphrase: password });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const provider = new Provider(`https://localhost:${port}${tenant}/v2.0`, configuration);
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (!request.url.startsWith(`${tenant}/login/`)) {
        if (request.url === `${tenant}${discovery}` || request.url === `/${domain}${discovery}`) {
          request.url = '/.well-known/openid-configuration'; // the one address that the library has in one place only
        }
        answer(request, response);
      } else if (request.method === 'POST') {
        provider
          .interactionFinished(request, response, { login: { accountId: claims.sub } })
          .catch((error) => response.writeHead(400).end(String(error)));
      } else {
        response.writeHead(200, { 'content-type': 'text/html' }).end(form);
      }
    });
    console.log(port);
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
