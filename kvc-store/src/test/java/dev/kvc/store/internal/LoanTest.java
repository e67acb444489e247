package dev.kvc.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is given back when the last of its users has gone. */
class LoanTest {
    private final AtomicInteger givenBack = new AtomicInteger();
    private final Loan loan = new Loan(givenBack::incrementAndGet);

    @Test
    void closingGivesItBackOnce() throws IOException {
        loan.close();
        loan.close();
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void lastUserGivesItBack() throws IOException {
        loan.enter();
        loan.enter();
        loan.close();
        loan.leave();
        assertThat(givenBack).hasValue(0);
        loan.leave();
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void usersComeAndGoWhileItIsOpen() throws IOException {
        loan.enter();
        loan.leave();
        assertThat(givenBack).hasValue(0);
        loan.requireOpen();
    }

    @Test
    void nobodyBeginsToUseWhatIsClosed() throws IOException {
        loan.enter();
        loan.close();
        assertThatThrownBy(loan::enter).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(loan::requireOpen).isInstanceOf(ClosedChannelException.class);
        loan.leave();
        assertThatThrownBy(loan::enter).isInstanceOf(ClosedChannelException.class);
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void readIsAUseAlsoIfItFails() throws IOException {
        ReaderAt failing = loan.guard(new ReaderAt() {
            @Override
            public long size() {
                return 1;
            }

            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                loan.close();
                assertThat(givenBack).hasValue(0);
                throw new IOException("no route");
            }
        });
        assertThatThrownBy(() -> failing.read(ByteBuffer.allocate(1), 0)).hasMessage("no route");
        assertThat(givenBack).hasValue(1);
        assertThatThrownBy(() -> failing.read(ByteBuffer.allocate(1), 0)).isInstanceOf(ClosedChannelException.class);
    }
}
