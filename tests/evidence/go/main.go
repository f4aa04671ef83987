// Verifies a checkpoint, the records behind it and its growth by Go's own packages for
// transparency logs, which know nothing of this project: only what stands on standard input.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type input struct {
	Vkey    string            `json:"vkey"`
	Note    string            `json:"note"`
	Old     string            `json:"old"`
	Entries map[string][]byte `json:"entries"`
	Tiles   map[string][]byte `json:"tiles"`
}

func fail(what string, err error) {
	fmt.Printf("%s: %v\n", what, err)
	os.Exit(1)
}

func tree(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("size", err)
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		fail("root", err)
	}
	return tlog.Tree{N: size, Hash: hash}
}

// reader gives tiles by the paths of C2SP's tlog-tiles, which leave the height out.
type reader struct{ tiles map[string][]byte }

func (r reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		data, ok := r.tiles[path]
		if !ok {
			return nil, fmt.Errorf("no tile %s", path)
		}
		found[i] = data
	}
	return found, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fail("input", err)
	}
	verifier, err := note.NewVerifier(in.Vkey)
	if err != nil {
		fail("vkey", err)
	}
	opened, err := note.Open([]byte(in.Note), note.VerifierList(verifier))
	if err != nil {
		fail("note", err)
	}
	now := tree(opened.Text)
	before, err := note.Open([]byte(in.Old), note.VerifierList(verifier))
	if err != nil {
		fail("old note", err)
	}
	hashes := tlog.TileHashReader(now, reader{in.Tiles})
	for name, entry := range in.Entries {
		index, _ := strconv.ParseInt(name, 10, 64)
		proof, err := tlog.ProveRecord(now.N, index, hashes)
		if err != nil {
			fail("prove record "+name, err)
		}
		leaf := tlog.RecordHash(entry)
		if err := tlog.CheckRecord(proof, now.N, now.Hash, index, leaf); err != nil {
			fail("record "+name, err)
		}
	}
	old := tree(before.Text)
	grown, err := tlog.ProveTree(now.N, old.N, hashes)
	if err != nil {
		fail("prove tree", err)
	}
	if err := tlog.CheckTree(grown, now.N, now.Hash, old.N, old.Hash); err != nil {
		fail("tree", err)
	}
	fmt.Print(string(bytes.TrimSpace([]byte(fmt.Sprintf("verified %d records", len(in.Entries))))))
}
