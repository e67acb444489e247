package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** llama.cpp's own defaults, each where the layouts have it: a field moved by a release would show. */
class StructsTest {
    private final Llama llama = Llama.load();

    @Test
    void modelParametersStandWhereLlamaCppWritesThem() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = llama.modelDefaultParams(arena);
            assertThat(params.byteSize()).isEqualTo(64);
            assertThat(intAt(Structs.MODEL_PARAMS, params, "split_mode")).isEqualTo(1);
            assertThat(intAt(Structs.MODEL_PARAMS, params, "main_gpu")).isZero();
            assertThat(addressAt(Structs.MODEL_PARAMS, params, "progress_callback"))
                    .isEqualTo(MemorySegment.NULL);
            assertThat(booleanAt(Structs.MODEL_PARAMS, params, "vocab_only")).isFalse();
            assertThat(booleanAt(Structs.MODEL_PARAMS, params, "use_mmap")).isTrue();
            assertThat(booleanAt(Structs.MODEL_PARAMS, params, "use_mlock")).isFalse();
            assertThat(booleanAt(Structs.MODEL_PARAMS, params, "check_tensors")).isFalse();
        }
    }

    @Test
    void contextParametersStandWhereLlamaCppWritesThem() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = llama.contextDefaultParams(arena);
            StructLayout layout = Structs.CONTEXT_PARAMS;
            assertThat(params.byteSize()).isEqualTo(120);
            assertThat(intAt(layout, params, "n_ctx")).isEqualTo(512);
            assertThat(intAt(layout, params, "n_batch")).isEqualTo(2_048);
            assertThat(intAt(layout, params, "n_ubatch")).isEqualTo(512);
            assertThat(intAt(layout, params, "n_seq_max")).isEqualTo(1);
            assertThat(intAt(layout, params, "n_threads")).isEqualTo(4);
            assertThat(intAt(layout, params, "n_threads_batch")).isEqualTo(4);
            assertThat(intAt(layout, params, "attention_type")).isEqualTo(-1);
            assertThat(floatAt(layout, params, "yarn_ext_factor")).isEqualTo(-1);
            assertThat(floatAt(layout, params, "yarn_beta_fast")).isEqualTo(32);
            assertThat(floatAt(layout, params, "defrag_thold")).isEqualTo(-1);
            assertThat(addressAt(layout, params, "cb_eval")).isEqualTo(MemorySegment.NULL);
            assertThat(intAt(layout, params, "type_k")).isEqualTo(1);
            assertThat(intAt(layout, params, "type_v")).isEqualTo(1);
            assertThat(booleanAt(layout, params, "embeddings")).isFalse();
            assertThat(booleanAt(layout, params, "offload_kqv")).isTrue();
            assertThat(booleanAt(layout, params, "flash_attn")).isFalse();
            assertThat(booleanAt(layout, params, "no_perf")).isTrue();
            assertThat(addressAt(layout, params, "abort_callback")).isEqualTo(MemorySegment.NULL);
        }
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    private static int intAt(StructLayout layout, MemorySegment struct, String field) {
        return struct.get(ValueLayout.JAVA_INT, offset(layout, field));
    }

    private static float floatAt(StructLayout layout, MemorySegment struct, String field) {
        return struct.get(ValueLayout.JAVA_FLOAT, offset(layout, field));
    }

    private static boolean booleanAt(StructLayout layout, MemorySegment struct, String field) {
        return struct.get(ValueLayout.JAVA_BOOLEAN, offset(layout, field));
    }

    private static MemorySegment addressAt(StructLayout layout, MemorySegment struct, String field) {
        return struct.get(ValueLayout.ADDRESS, offset(layout, field));
    }
}
