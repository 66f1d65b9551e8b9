import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HcfsError } from '../../src/errors/hcfs-error.ts'
import type { LineLoggerOptions } from '../../src/logging/line-logger.ts'
import { LineLogger } from '../../src/logging/line-logger.ts'
import type { LogFields } from '../../src/logging/logger.ts'
import { silentLogger } from '../../src/logging/silent-logger.ts'
import { ManualClock } from '../../src/time/manual-clock.ts'

describe('a line', () => {
  test('is one JSON object with time, level, event and fields, in this order', () => {
    const { log, lines } = logger()
    log.info('peer-connected', { peerId: 'abc', count: 2 })
    expect(lines).toEqual([
      '{"time":"2026-01-01T00:00:00.000Z","level":"info","event":"peer-connected","peerId":"abc","count":2}'
    ])
  })

  test('stays one line whatever the text holds', () => {
    expect(rawLineOf({ text: 'a\nb\r\u2028' })).not.toMatch(/[\n\r]/)
  })

  test('names the component after those it belongs to', () => {
    const { log, lines } = logger()
    log.child('network').child('gossip').warn('stream-died')
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', component: 'network/gossip', event: 'stream-died' })
  })

  test('cannot be passed off as another by its fields', () => {
    const { log, lines } = logger()
    log.child('a').info('real', { time: 'x', level: 'error', event: 'forged', component: 'b', kept: 1 })
    expect(JSON.parse(lines[0]!)).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      level: 'info',
      event: 'real',
      component: 'a',
      kept: 1
    })
  })
})

describe('the level', () => {
  test.each([
    ['debug', 'debug,info,warn,error'],
    ['info', 'info,warn,error'],
    ['warn', 'warn,error'],
    ['error', 'error'],
    [undefined, 'info,warn,error']
  ] as const)('%s lets pass: %s', (level, passing) => {
    const { log, lines } = logger(level === undefined ? {} : { level })
    for (const each of [log, log.child('x')]) {
      lines.length = 0
      for (const method of ['debug', 'info', 'warn', 'error'] as const) each[method]('event')
      expect(lines.map((line) => JSON.parse(line).level).join()).toBe(passing)
    }
  })

  test('decides before the fields are read', () => {
    const fields = {
      get costly(): never {
        throw new Error('was read')
      }
    }
    expect(() => logger().log.debug('event', fields)).not.toThrow()
  })
})

describe('an error in the fields', () => {
  test('is written with its code and its causes, and without its stack', () => {
    const cause = new TypeError('inner', { cause: 'root' })
    const error = new HcfsError('TIMED_OUT', 'outer', { cause, details: { waitedMs: 5 } })
    expect(lineOf({ error })['error']).toEqual({
      name: 'HcfsError',
      message: 'outer',
      code: 'TIMED_OUT',
      details: { waitedMs: 5 },
      cause: { name: 'TypeError', message: 'inner', cause: 'root' }
    })
  })

  test('that is made of several is written with them', () => {
    const error = new AggregateError([new Error('a'), new Error('b')], 'both')
    expect(lineOf({ error })['error']).toMatchObject({ message: 'both', errors: [{ message: 'a' }, { message: 'b' }] })
  })

  test('that is its own cause is written once', () => {
    const error = new Error('round')
    error.cause = error
    expect(lineOf({ error })['error']).toEqual({ name: 'Error', message: 'round', cause: '(cycle)' })
  })
})

describe('a field that JSON cannot carry', () => {
  test.each([
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['bytes', new Uint8Array(300), '300 bytes'],
    ['a buffer', Buffer.alloc(3), '3 bytes'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a map', new Map([['a', 1n]]), [['a', '1']]],
    ['a set', new Set([1]), [1]],
    ['nothing', null, null],
    ['undefined', undefined, undefined],
    ['a function', () => {}, undefined]
  ])('is written as text: %s', (_, value, written) => {
    expect(lineOf({ value })['value']).toEqual(written)
  })

  test('because it holds itself is cut there', () => {
    const node: Record<string, unknown> = { name: 'a' }
    node['children'] = [node, { up: node }]
    expect(lineOf({ node })['node']).toEqual({ name: 'a', children: ['(cycle)', { up: '(cycle)' }] })
  })

  test('is written twice where it stands twice without holding itself', () => {
    const shared = { a: 1 }
    expect(lineOf({ one: shared, two: shared })).toMatchObject({ one: { a: 1 }, two: { a: 1 } })
  })

  test('because it throws is left out, and the others are not', () => {
    const broken = {
      get bad(): never {
        throw new Error('no')
      }
    }
    const toJSON = (): never => {
      throw new Error('no')
    }
    expect(lineOf({ broken, other: { toJSON }, fine: 1 })).toMatchObject({
      broken: '(unreadable)',
      other: '(unreadable)',
      fine: 1
    })
  })

  test('because the fields themselves throw still gives a line', () => {
    const fields = {
      get bad(): never {
        throw new Error('no')
      }
    }
    expect(lineOf(fields)).toMatchObject({ event: 'event', fields: '(unreadable)' })
  })

  test('because it is too deep or too much is cut', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 50; level += 1) deep = { deep }
    expect(rawLineOf({ deep })).toContain('(deeper)')
    const line = rawLineOf({ wide: Array.from({ length: 100_000 }, (_, index) => ({ index })) })
    expect(line.length).toBeLessThan(20_000)
    expect(line).toContain('(left out)')
  })
})

test('whatever stands in the fields, a line is written and can be read', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true
  })
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anything), (fields) => {
      expect(lineOf(fields)).toMatchObject({ event: 'event', level: 'info' })
    })
  )
})

test('the silent logger writes nothing, nor do its children', () => {
  expect(() => {
    for (const method of ['debug', 'info', 'warn', 'error'] as const) silentLogger.child('x')[method]('event')
  }).not.toThrow()
  expect(silentLogger.child('x')).toBe(silentLogger)
})

function logger(options?: LineLoggerOptions): { log: LineLogger; lines: string[] } {
  const lines: string[] = []
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  return { log: new LineLogger({ clock, write: (line) => lines.push(line) }, options), lines }
}

function rawLineOf(fields: LogFields): string {
  const { log, lines } = logger()
  log.info('event', fields)
  return lines[0]!
}

function lineOf(fields: LogFields): Record<string, unknown> {
  return JSON.parse(rawLineOf(fields))
}
