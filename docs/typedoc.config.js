import { entryPoints } from './entry-points.js'

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
  name: 'API reference',
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme', './typedoc-modules.js'],
  tsconfig: 'tsconfig.json',
  // TypeDoc has no support for TypeScript 7 yet; `npm test` checks the types with that.
  skipErrorChecking: true,
  entryPoints: entryPoints.map(({ file }) => file),
  out: 'reference',
  excludeScopesInPaths: true,
  docsRoot: '.',
  readme: 'none',
  entryFileName: 'index.md',
  disableSources: true,
  excludeInternal: true,
  excludeExternals: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  indexFormat: 'table',
  tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
}
