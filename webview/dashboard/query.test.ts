import { describe, expect, it } from 'vitest'
import { conditionOn, parseQuery, withCondition } from './query.ts'

const names = ['lr', 'batch', 'accuracy']
const row = { text: 'k3f9a2 done within noise', numbers: { lr: 2e-5, batch: 16, accuracy: 86.4 } }
const fits = (text: string): boolean => parseQuery(text, names).fits(row)

describe('a filter', () => {
  it('looks for text wherever a row has any', () => {
    expect([fits(''), fits('K3F9'), fits('done noise'), fits('failed')]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('compares numbers, as they are written', () => {
    expect(fits('lr=2e-5 batch=16')).toBe(true)
    expect(fits('lr=0.00002')).toBe(true)
    expect(fits('batch=32')).toBe(false)
    expect(fits('accuracy>86 accuracy<87')).toBe(true)
    expect(fits('accuracy>86.4')).toBe(false)
    expect(fits('accuracy>=86.4')).toBe(true)
    expect(fits('lr=1e-5..3e-5')).toBe(true)
    expect(fits('lr=3e-5..5e-5')).toBe(false)
  })

  it('leaves out a row that has no such number', () => {
    expect(parseQuery('accuracy>1', names).fits({ text: '', numbers: {} })).toBe(false)
  })

  it('says what it does not understand, and filters nothing by it', () => {
    const query = parseQuery('speed>3 lr=fast', names)
    expect(query.unknown).toEqual(['speed>3', 'lr=fast'])
    expect(query.isEmpty).toBe(true)
    expect(query.fits(row)).toBe(true)
  })

  it('changes one condition and keeps the others', () => {
    expect(withCondition('done lr=2e-5 batch=16', 'lr', 'lr=3e-5')).toBe('done batch=16 lr=3e-5')
    expect(withCondition('done lr=2e-5', 'lr', undefined)).toBe('done')
    expect(conditionOn('done lr=2e-5..3e-5', 'lr')).toBe('lr=2e-5..3e-5')
    expect(conditionOn('done', 'lr')).toBeUndefined()
  })
})
