import { entryPoints } from './entry-points.js'

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
  name: 'API reference',
  plugin: [
    'typedoc-plugin-markdown',
    'typedoc-vitepress-theme',
    'typedoc-plugin-missing-exports',
    './typedoc-modules.js',
  ],
  tsconfig: 'tsconfig.json',
  // TypeDoc has no support for TypeScript 7 yet; `npm test` checks the types with that.
  skipErrorChecking: true,
  // The plugin puts a type into the last module that names it: core's belong to core.
  entryPoints: entryPoints.map(({ file }) => file).reverse(),
  out: 'reference',
  excludeScopesInPaths: true,
  docsRoot: '.',
  readme: 'none',
  // Types that are not exported, such as parts of options, have a page beside those that name them.
  placeInternalsInOwningModule: true,
  entryFileName: 'index.md',
  disableSources: true,
  excludeInternal: true,
  excludeExternals: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  indexFormat: 'table',
  tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
}
