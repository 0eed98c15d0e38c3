import { createWireguard, wireguard } from '../../../lib/link/kinds/wireguard.js'
import { testKind } from '../../support/kind-rows.js'

testKind({ kind: wireguard, create: createWireguard, rows: {} })
