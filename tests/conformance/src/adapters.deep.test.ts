import { testEveryCase } from './every-case.js'

testEveryCase('respond')
