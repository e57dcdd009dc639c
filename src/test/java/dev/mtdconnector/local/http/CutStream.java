package dev.mtdconnector.local.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets so many bytes through and fails at the next one. */
final class CutStream extends FilterOutputStream {

    private int left;

    CutStream(OutputStream out, int bytes) {
        super(out);
        this.left = bytes;
    }

    @Override
    public void write(int value) throws IOException {
        if (left <= 0) {
            throw new IOException("Cut here");
        }
        left--;
        out.write(value);
        out.flush();
    }
}
