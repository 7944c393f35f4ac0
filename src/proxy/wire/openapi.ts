import { PATHS } from './openapi-paths.js';
import { describeSchemas } from './openapi-schemas.js';

/** This proxy's own API as an OpenAPI 3.1 document, from the schemas that check its requests. */
export function createOpenApiDocument(basePath: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Relais token-issuing proxy',
      version: '1',
      description: 'What a game asks of the proxy between it and the relay session API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath }],
    tags: [
      { name: 'Players', description: 'Who may play.' },
      { name: 'Sessions', description: 'The relay session API, as one player sees it.' },
    ],
    security: [{ bearer: [] }],
    paths: PATHS,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A login token, a guest token, or the ticket of a session.',
        },
      },
      schemas: describeSchemas(),
    },
  };
}
