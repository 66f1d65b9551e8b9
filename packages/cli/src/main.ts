#!/usr/bin/env node
import { keepCompiledCode } from './process/compile-cache.ts'

keepCompiledCode()
const { runProcess } = await import('./run-process.ts')
await runProcess()
