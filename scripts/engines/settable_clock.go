// This file joins Go's own package time when geth is built with a clock that can be set (scripts/engines/clock.py).
//
// The file that AZUKARI_CLOCK names holds the time of day in nanoseconds since 1970, as the machine writes an int64;
// 0 stands for the true time. All processes that map the file see the same time, and it moves when the file is written.
// What measures how long something takes (timers, deadlines, networking) stays true: Go takes that from another clock.
package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

var sharedNow = openShared()

func openShared() *int64 {
	path, named := syscall.Getenv("AZUKARI_CLOCK")
	if !named {
		return nil
	}
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		panic("AZUKARI_CLOCK " + path + ": " + err.Error())
	}
	content, err := syscall.Mmap(file, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic("AZUKARI_CLOCK " + path + ": " + err.Error())
	}
	syscall.Close(file)
	return (*int64)(unsafe.Pointer(&content[0]))
}

func settable(sec int64, nsec int32) (int64, int32) {
	if sharedNow == nil {
		return sec, nsec
	}
	now := atomic.LoadInt64(sharedNow)
	if now == 0 {
		return sec, nsec
	}
	return now / 1e9, int32(now % 1e9)
}
