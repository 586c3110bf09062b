package main

import (
	"hash/maphash"
	"strconv"
	"strings"
)

// An object's behaviour, as Porcupine wants it. States are integers or strings, so that they are compared and hashed at little cost.
type object struct {
	init  func() interface{}
	step  func(state, in, out interface{}) (bool, interface{})
	equal func(a, b interface{}) bool
	hash  func(state interface{}) uint64
}

var objects = map[string]object{
	"register": integers(stepRegister),
	"mutex":    integers(stepMutex),
	"queue":    strung(stepQueue),
	"set":      strung(stepSet),
	"list":     strung(stepList),
}

// Register: 0 reads a; 1 writes a; 2 swaps a for b; 3 compared with a and saw b, or -1 if it does not say.
func stepRegister(held int, op input) (bool, int) {
	switch op.kind {
	case 0:
		return held == op.a, held
	case 1:
		return true, op.a
	case 2:
		if held == op.a {
			return true, op.b
		}
		return !op.known, held
	default:
		if op.b == -1 {
			return held != op.a, held
		}
		return held == op.b && held != op.a, held
	}
}

// Mutex: 0 is acquired by a; 1 is released by a. 0 holds it while it is free.
func stepMutex(holder int, op input) (bool, int) {
	if op.kind == 0 && holder == 0 {
		return true, op.a
	}
	if op.kind == 1 && holder == op.a {
		return true, 0
	}
	return !op.known, holder
}

// Queue: 0 enqueues a; 1 dequeues a, or -1 where it was empty. The state is the elements, each followed by a blank.
func stepQueue(elements string, op input) (bool, string) {
	if op.kind == 0 {
		return true, elements + strconv.Itoa(op.a) + " "
	}
	front, rest, found := strings.Cut(elements, " ")
	if !op.known {
		return true, rest
	}
	if !found {
		return op.a == -1, elements
	}
	return front == strconv.Itoa(op.a), rest
}

// Set: 0 adds a; 1 removes a; 2 asks for a and is told b, 1 or 0. The state has a byte for each element from 0 on.
func stepSet(members string, op input) (bool, string) {
	has := op.a < len(members) && members[op.a] == '1'
	switch op.kind {
	case 0:
		if has {
			return true, members
		}
		padding := strings.Repeat("0", max(0, op.a+1-len(members)))
		grown := []byte(members + padding)
		grown[op.a] = '1'
		return true, string(grown)
	case 1:
		if !has {
			return true, members
		}
		shrunk := []byte(members)
		shrunk[op.a] = '0'
		return true, strings.TrimRight(string(shrunk), "0")
	default:
		return has == (op.b == 1), members
	}
}

// List: 0 appends a; 1 reads all elements.
func stepList(elements string, op input) (bool, string) {
	if op.kind == 1 {
		return elements == op.list, elements
	}
	if elements == "" {
		return true, strconv.Itoa(op.a)
	}
	return true, elements + " " + strconv.Itoa(op.a)
}

func integers(step func(state int, op input) (bool, int)) object {
	return object{
		init:  func() interface{} { return 0 },
		step:  func(state, in, _ interface{}) (bool, interface{}) { return both(step(state.(int), in.(input))) },
		equal: func(a, b interface{}) bool { return a.(int) == b.(int) },
		hash:  func(state interface{}) uint64 { return uint64(state.(int)) },
	}
}

var seed = maphash.MakeSeed()

func strung(step func(state string, op input) (bool, string)) object {
	return object{
		init:  func() interface{} { return "" },
		step:  func(state, in, _ interface{}) (bool, interface{}) { return both(step(state.(string), in.(input))) },
		equal: func(a, b interface{}) bool { return a.(string) == b.(string) },
		hash:  func(state interface{}) uint64 { return maphash.String(seed, state.(string)) },
	}
}

func both[State any](possible bool, state State) (bool, interface{}) {
	return possible, state
}
