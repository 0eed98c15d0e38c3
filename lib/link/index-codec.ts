/** A link in an attribute of a link. */
export { expectedIndex, isIndex, type LinkRef, linkRef, nameOrIndex } from '../rtnetlink/link-index.js'
