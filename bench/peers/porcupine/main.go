// Command porcupine checks a register history with Porcupine, at its best: partitioned by key, with a hash, not verbose.
//
// The file holds one operation a line, eight whole numbers apart by blanks: process, key, kind (0 read, 1 write, 2 compare-and-set,
// 3 compare-and-set that did not match), a, b, known (1 or 0), call, return. A read has its value in a, and b is 1; a write what it writes
// in a; a compare-and-set goes from a to b; one that did not match compared with a and saw b, or -1 if it does not say. An unknown operation may take effect until the
// end of the history, where it changes no answer: so it is given an end after everything, and a compare-and-set may do nothing.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	kindRead = iota
	kindWrite
	kindSwap
	kindMismatch
)

const unseen = -1

type input struct {
	key, kind, a, b int
	known           bool
}

func step(state, in, _ interface{}) (bool, interface{}) {
	held, op := state.(int), in.(input)
	switch op.kind {
	case kindRead:
		return held == op.a, held
	case kindWrite:
		return true, op.a
	case kindSwap:
		if held == op.a {
			return true, op.b
		}
		return !op.known, held
	default:
		if op.b == unseen {
			return held != op.a, held
		}
		return held == op.b && held != op.a, held
	}
}

func partition(history []porcupine.Operation) [][]porcupine.Operation {
	byKey := map[int][]porcupine.Operation{}
	keys := []int{}
	for _, op := range history {
		key := op.Input.(input).key
		if _, found := byKey[key]; !found {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], op)
	}
	parts := make([][]porcupine.Operation, 0, len(keys))
	for _, key := range keys {
		parts = append(parts, byKey[key])
	}
	return parts
}

var model = porcupine.Model{
	Partition: partition,
	Init:      func() interface{} { return 0 },
	Step:      step,
	Equal:     func(a, b interface{}) bool { return a.(int) == b.(int) },
	Hash:      func(state interface{}) uint64 { return uint64(state.(int)) },
}

func read(path string) ([]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	history := []porcupine.Operation{}
	unknown := []int{}
	last := int64(0)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 8 {
			return nil, fmt.Errorf("%s: a line has %d numbers instead of 8", path, len(fields))
		}
		var n [8]int
		for i, field := range fields {
			if n[i], err = strconv.Atoi(field); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
		op := porcupine.Operation{
			ClientId: n[0],
			Input:    input{n[1], n[2], n[3], n[4], n[5] == 1},
			Call:     int64(n[6]),
			Return:   int64(n[7]),
		}
		if n[5] == 0 {
			if n[2] == kindRead {
				continue
			}
			unknown = append(unknown, len(history))
		}
		last = max(last, op.Call, op.Return)
		history = append(history, op)
	}
	for offset, index := range unknown {
		history[index].Return = last + 1 + int64(offset)
	}
	return history, nil
}

type answer struct {
	File    string  `json:"file"`
	Verdict string  `json:"verdict"`
	Ms      float64 `json:"ms"`
	RssMb   float64 `json:"rssMb"`
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: porcupine SECONDS FILE...")
		os.Exit(64)
	}
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "SECONDS is a whole number")
		os.Exit(64)
	}
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[2:] {
		history, err := read(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(64)
		}
		runtime.GC()
		start := time.Now()
		result := porcupine.CheckOperationsTimeout(model, history, time.Duration(seconds)*time.Second)
		ms := float64(time.Since(start).Microseconds()) / 1000
		verdict := map[porcupine.CheckResult]string{
			porcupine.Ok: "linearizable", porcupine.Illegal: "illegal", porcupine.Unknown: "undecided",
		}[result]
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		_ = out.Encode(answer{path, verdict, ms, float64(usage.Maxrss) / 1024})
	}
}
