import { expect, test } from '@jest/globals';
import { readAnswer } from './http-answer.ts';

const counted = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}';
const chunked =
  'HTTP/1.1 503 Service Unavailable\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n';

test.each([
  ['counted', counted, 200],
  ['chunked', chunked, 503],
])('a %s answer is complete at its last byte and not before', (_what, bytes, status) => {
  for (let length = 0; length < bytes.length; length += 1) {
    expect(readAnswer(bytes.slice(0, length))).toBeNull();
  }
  expect(readAnswer(bytes)).toEqual({ status, body: '{"a":1}' });
});

test('bytes that nobody asked for are an error', () => {
  expect(() => readAnswer(`${counted}x`)).toThrow('expected 7 bytes of body, saw 1 more');
});

test('a body without an end is an error', () => {
  expect(() => readAnswer('HTTP/1.1 200 OK\r\n\r\n')).toThrow('expected content-length or chunks');
});
