// Command porcupine checks histories with Porcupine at its best: partitioned by key, with a hash, not verbose, in as many rounds as
// half a second has room for, of which the best counts.
//
// history.go says what is in a file. A round that holds more memory than allowed ends as undecided.
package main

import (
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
	enoughRounds = 500 * time.Millisecond
	memoryLooks  = 50 * time.Millisecond
)

type answer struct {
	File    string  `json:"file"`
	Verdict string  `json:"verdict"`
	Reason  string  `json:"reason,omitempty"`
	MsCold  float64 `json:"msCold"`
	Ms      float64 `json:"ms"`
	RssMb   float64 `json:"rssMb"`
}

var verdicts = map[porcupine.CheckResult]string{
	porcupine.Ok: "linearizable", porcupine.Illegal: "illegal", porcupine.Unknown: "undecided",
}

func main() {
	if len(os.Args) < 5 {
		fail(fmt.Errorf("usage: porcupine MODEL SECONDS MEGABYTES FILE..."))
	}
	object, found := objects[os.Args[1]]
	if !found {
		fail(fmt.Errorf("MODEL is one of register, queue, mutex, set, list"))
	}
	seconds, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fail(fmt.Errorf("SECONDS is a whole number"))
	}
	megabytes, err := strconv.ParseFloat(os.Args[3], 64)
	if err != nil {
		fail(fmt.Errorf("MEGABYTES is a number"))
	}
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[4:] {
		history, err := read(path)
		if err != nil {
			fail(err)
		}
		_ = out.Encode(check(object, history, path, time.Duration(seconds)*time.Second, megabytes, out))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(64)
}

func check(object object, history []porcupine.Operation, path string, limit time.Duration, megabytes float64, out *json.Encoder) answer {
	model := porcupine.Model{
		Partition: partition, Init: object.init, Step: object.step, Equal: object.equal, Hash: object.hash,
	}
	stop := make(chan struct{})
	defer close(stop)
	start := time.Now()
	go watchMemory(stop, megabytes, func() {
		ms := milliseconds(time.Since(start))
		_ = out.Encode(answer{path, "undecided", fmt.Sprintf("held %.0f MB", megabytes), ms, ms, peakMb()})
		os.Exit(0)
	})
	result := answer{File: path}
	for begun := time.Now(); ; {
		runtime.GC()
		start = time.Now()
		verdict := porcupine.CheckOperationsTimeout(model, history, limit)
		ms := milliseconds(time.Since(start))
		if result.Verdict == "" {
			result = answer{File: path, Verdict: verdicts[verdict], MsCold: ms, Ms: ms, RssMb: peakMb()}
			if verdict == porcupine.Unknown {
				result.Reason = fmt.Sprintf("took %.0f s", limit.Seconds())
			}
		}
		result.Ms = min(result.Ms, ms)
		if time.Since(begun) > enoughRounds {
			return result
		}
	}
}

// Porcupine has a limit on time and none on memory.
func watchMemory(stop chan struct{}, megabytes float64, exceeded func()) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(memoryLooks):
			if heldMb() > megabytes {
				exceeded()
			}
		}
	}
}

func heldMb() float64 {
	stat, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return peakMb()
	}
	fields := strings.Fields(string(stat))
	pages, _ := strconv.Atoi(fields[1])
	return float64(pages*os.Getpagesize()) / (1 << 20)
}

func peakMb() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Maxrss) / 1024
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}
