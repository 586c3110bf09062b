package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

// An operation as a file has it, a line of whole numbers apart by blanks: process, key, kind, a, b, known (1 or 0), call, return, and for
// reads of lists the elements. objects.go says what kind, a and b mean for each object.
//
// An unknown operation may take effect until the end of the history, where it changes no answer: so it is given an end after everything,
// and one that cannot take effect does nothing.
type input struct {
	key, kind, a, b int
	known           bool
	list            string
}

const numbersInLine = 8

func read(path string) ([]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	history := []porcupine.Operation{}
	unknown := []int{}
	last := int64(0)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			// Of a history in which everything was refused nothing is left.
			continue
		}
		if len(fields) < numbersInLine {
			return nil, fmt.Errorf("%s: a line has %d numbers instead of %d", path, len(fields), numbersInLine)
		}
		var n [numbersInLine]int
		for i := range n {
			if n[i], err = strconv.Atoi(fields[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
		op := porcupine.Operation{
			ClientId: n[0],
			Input:    input{n[1], n[2], n[3], n[4], n[5] == 1, strings.Join(fields[numbersInLine:], " ")},
			Call:     int64(n[6]),
			Return:   int64(n[7]),
		}
		if n[5] == 0 {
			unknown = append(unknown, len(history))
		}
		last = max(last, op.Call, op.Return)
		history = append(history, op)
	}
	for offset, index := range unknown {
		history[index].Return = last + 1 + int64(offset)
	}
	return history, lines.Err()
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
