package dev.mtdconnector.local.page;

import java.util.List;

/** What somebody who makes Contoso live shows on its page; nothing at first. Safe for use by several threads. */
public final class Bulletin {

    private volatile Notice notice = new Notice("", "", List.of());

    /**
     * @param title empty for none
     * @param summary one sentence
     * @param lately the newest first
     */
    public record Notice(String title, String summary, List<String> lately) {
        public Notice {
            lately = List.copyOf(lately);
        }
    }

    public void show(Notice newNotice) {
        notice = newNotice;
    }

    Notice notice() {
        return notice;
    }
}
